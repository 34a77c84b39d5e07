class Api::V1::RunsController < Api::V1::ApiController
  doorkeeper_for :index
  doorkeeper_for :create, :update, :destroy, :scopes => [:write]

  respond_to :json

  def index
    respond_with current_resource_owner.runs
  end

  def create
    respond_with :api, :v1, current_resource_owner.runs.create(run_params)
  end
end
